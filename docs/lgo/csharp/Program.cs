// A client of the Comptoir counter scanner for .NET 8, without dependencies.
//
//   dotnet run -- pair https://192.168.1.20:8443 "Mon LGO" comptoir.json
//   dotnet run -- poll comptoir.json [COUNT]

using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

if (args is ["pair", var url, var name, var target])
{
    await Pair(url, name, target);
}
else if (args is ["poll", var source, ..])
{
    await Poll(source, args.Length > 2 ? long.Parse(args[2]) : long.MaxValue);
}
else
{
    Console.Error.WriteLine("usage: pair URL NAME FILE | poll FILE [COUNT]");
    return 1;
}
return 0;

static async Task Pair(string url, string name, string file)
{
    var pin = new Pin(null);
    using var http = pin.Client(url);
    var nonce = RandomNumberGenerator.GetBytes(32);
    var commitment = SHA256.HashData([.. Encoding.ASCII.GetBytes("comptoir pairing commitment v1\0"), .. nonce]);
    var begun = await Read(await http.PostAsJsonAsync("/v1/pairings", new { name, commitment }));
    var path = $"/v1/pairings/{begun.GetProperty("id").GetString()}";
    await Read(await http.PostAsJsonAsync($"{path}/reveal", new { nonce }));
    var deviceNonce = begun.GetProperty("device_nonce").GetBytesFromBase64();
    var digest = SHA256.HashData(
        [.. Encoding.ASCII.GetBytes("comptoir pairing number v1\0"), .. pin.Key!, .. deviceNonce, .. nonce]);
    Console.WriteLine($"Nombre : {BinaryPrimitives.ReadUInt64BigEndian(digest) % 1_000_000:D6}");
    HttpResponseMessage answer;
    while ((answer = await http.GetAsync(path)).StatusCode == HttpStatusCode.Accepted)
    {
        await Task.Delay(1000);
    }
    var token = (await Read(answer)).GetProperty("token").GetString()!;
    // Keep them as safely as a password.
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new Kept(url, token, pin.Key!)));
    await http.DeleteAsync(path);
    Console.WriteLine("Appairé");
}

static async Task Poll(string file, long count)
{
    var kept = JsonSerializer.Deserialize<Kept>(await File.ReadAllTextAsync(file))!;
    using var http = new Pin(kept.Key).Client(kept.Url);
    http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", kept.Token);
    long after = 0;
    while (count > 0)
    {
        var answer = await http.GetAsync($"/v1/events?after={after}&wait=25");
        if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
        {
            await Task.Delay(1000);
            continue;
        }
        var page = await Read(answer);
        var events = page.GetProperty("events").EnumerateArray().ToList();
        foreach (var one in events)
        {
            // Take it over here, durably; ignore kinds that are unknown.
            Console.WriteLine($"{one.GetProperty("id").GetInt64()} {one.GetProperty("kind").GetString()}");
            count--;
        }
        after = page.GetProperty("last_id").GetInt64();
        if (events.Count > 0)
        {
            await Read(await http.PostAsJsonAsync("/v1/events/ack", new { through = after }));
        }
    }
}

static async Task<JsonElement> Read(HttpResponseMessage answer)
{
    var body = await answer.Content.ReadAsStringAsync();
    return answer.IsSuccessStatusCode
        ? JsonDocument.Parse(body).RootElement
        : throw new HttpRequestException($"{(int)answer.StatusCode} {body}");
}

internal sealed record Kept(string Url, string Token, byte[] Key);

/// <summary>Believes one public key instead of authorities.</summary>
/// <param name="key">SHA-256 of the SubjectPublicKeyInfo; null: the first one shown, in a pairing.</param>
internal sealed class Pin(byte[]? key)
{
    public byte[]? Key { get; private set; } = key;

    public HttpClient Client(string url)
    {
        var handler = new HttpClientHandler
        {
            UseProxy = false,
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
            {
                var shown = SHA256.HashData(certificate!.PublicKey.ExportSubjectPublicKeyInfo());
                Key ??= shown;
                return Key.AsSpan().SequenceEqual(shown);
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(35) };
    }
}
