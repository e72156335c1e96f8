// A client of the Comptoir counter scanner for Java 17 or later, in one file and without dependencies.
//
//   java Comptoir.java pair https://192.168.1.20:8443 "Mon LGO" comptoir.properties
//   java Comptoir.java poll comptoir.properties [COUNT]
//
// JSON is taken apart by regular expressions, so that nothing need be installed: use your JSON library.

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.math.BigInteger;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

public final class Comptoir {
    private final String url;
    private final String token;
    private final Pin pin;
    private final HttpClient http;

    private Comptoir(String url, String token, byte[] key) throws Exception {
        this.url = url;
        this.token = token;
        pin = new Pin(key);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {pin}, null);
        http = HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10)).build();
    }

    /** Believes one public key instead of authorities; host names say nothing in a local network. */
    private static final class Pin extends X509ExtendedTrustManager {
        byte[] key; // SHA-256 of the SubjectPublicKeyInfo; null: the first one shown, in a pairing

        Pin(byte[] key) {
            this.key = key;
        }

        private synchronized void check(X509Certificate[] chain) throws CertificateException {
            byte[] shown = sha256(chain[0].getPublicKey().getEncoded());
            if (key == null) {
                key = shown;
            } else if (!Arrays.equals(key, shown)) {
                throw new CertificateException("the device shows another key than the one of its pairing");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
            throw new CertificateException("no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
            throw new CertificateException("no clients here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(35));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private String wanted(HttpResponse<String> answer, int status) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private static void pair(String url, String name, Path file) throws Exception {
        Comptoir device = new Comptoir(url, null, null);
        byte[] nonce = new byte[32];
        new SecureRandom().nextBytes(nonce);
        String commitment = base64(sha256("comptoir pairing commitment v1\0".getBytes(StandardCharsets.US_ASCII), nonce));
        String begun = device.wanted(device.call("POST", "/v1/pairings",
            "{\"name\": \"" + name + "\", \"commitment\": \"" + commitment + "\"}"), 201);
        String path = "/v1/pairings/" + text(begun, "id");
        device.wanted(device.call("POST", path + "/reveal", "{\"nonce\": \"" + base64(nonce) + "\"}"), 200);
        byte[] digest = sha256("comptoir pairing number v1\0".getBytes(StandardCharsets.US_ASCII), device.pin.key,
            Base64.getDecoder().decode(text(begun, "device_nonce")), nonce);
        BigInteger number = new BigInteger(1, Arrays.copyOf(digest, 8)).mod(BigInteger.valueOf(1_000_000));
        System.out.printf("Nombre : %06d%n", number);
        System.out.flush();
        HttpResponse<String> answer = device.call("GET", path, null);
        while (answer.statusCode() == 202) {
            Thread.sleep(1000);
            answer = device.call("GET", path, null);
        }
        Properties kept = new Properties(); // keep them as safely as a password
        kept.setProperty("url", url);
        kept.setProperty("token", text(device.wanted(answer, 200), "token"));
        kept.setProperty("key", base64(device.pin.key));
        try (Writer writer = Files.newBufferedWriter(file)) {
            kept.store(writer, null);
        }
        device.call("DELETE", path, null);
        System.out.println("Appairé");
    }

    private static void poll(Path file, long count) throws Exception {
        Properties kept = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            kept.load(reader);
        }
        Comptoir device = new Comptoir(kept.getProperty("url"), kept.getProperty("token"),
            Base64.getDecoder().decode(kept.getProperty("key")));
        Pattern events = Pattern.compile("\"id\":\\s*(\\d+),\\s*\"at\":\\s*\"[^\"]*\",\\s*\"kind\":\\s*\"([a-z_.]+)\"");
        String after = "0";
        while (count > 0) {
            HttpResponse<String> answer = device.call("GET", "/v1/events?wait=25&after=" + after, null);
            if (answer.statusCode() == 429 || answer.statusCode() == 503) {
                Thread.sleep(1000);
                continue;
            }
            String body = device.wanted(answer, 200);
            Matcher event = events.matcher(body);
            boolean any = false;
            while (event.find()) {
                // Take it over here, durably; ignore kinds that are unknown.
                System.out.println(event.group(1) + " " + event.group(2));
                any = true;
                count--;
            }
            Matcher last = Pattern.compile("\"last_id\":\\s*(\\d+)").matcher(body);
            if (!last.find()) {
                throw new IOException("no last_id");
            }
            after = last.group(1);
            if (any) {
                device.wanted(device.call("POST", "/v1/events/ack", "{\"through\": " + after + "}"), 200);
            }
        }
    }

    private static String text(String json, String member) throws IOException {
        Matcher found = Pattern.compile("\"" + member + "\":\\s*\"([^\"]*)\"").matcher(json);
        if (!found.find()) {
            throw new IOException("no " + member);
        }
        return found.group(1);
    }

    private static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    public static void main(String[] arguments) {
        try {
            if (arguments.length == 4 && arguments[0].equals("pair")) {
                pair(arguments[1], arguments[2], Path.of(arguments[3]));
            } else if (arguments.length >= 2 && arguments[0].equals("poll")) {
                poll(Path.of(arguments[1]), arguments.length > 2 ? Long.parseLong(arguments[2]) : Long.MAX_VALUE);
            } else {
                throw new IllegalArgumentException("usage: pair URL NAME FILE | poll FILE [COUNT]");
            }
        } catch (Exception error) {
            System.err.println(error.getMessage());
            System.exit(1);
        }
    }
}
