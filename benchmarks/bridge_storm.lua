-- Good and bad requests by turns, for wrk; statuses are counted and told at the end.
local token = os.getenv("COMPTOIR_STORM_TOKEN")
local good = { ["Authorization"] = "Bearer " .. token }
local json = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
local requests = {
  { "GET", "/v1/ready", {} },
  { "GET", "/v1/events?after=0&limit=5", good },
  { "GET", "/v1/status", good },
  { "POST", "/v1/events/ack", json, '{"ids": [1]}' },
  { "GET", "/v1/events", {} },
  { "GET", "/v1/events", { ["Authorization"] = "Bearer wrong" } },
  { "GET", "/v1/events?limit=101", good },
  { "GET", "/v1/events?after=-1&wait=99", good },
  { "GET", "/v1/events?after=9223372036854775807", good },
  { "POST", "/v1/events/ack", json, '{"through": ' },
  { "POST", "/v1/events/ack", json, string.rep("[", 2000) },
  { "POST", "/v1/events/ack", json, string.rep(" ", 17000) },
  { "POST", "/v1/events/ack", { ["Authorization"] = "Bearer " .. token }, "x" },
  { "PUT", "/v1/prescriptions/1/status", json, '{"state": "nonsense"}' },
  { "GET", "/v1/nothing", good },
  { "DELETE", "/v1/events", good },
  { "GET", "/v1/ready", { ["Host"] = "elsewhere.example" } },
  { "GET", "/v1/ready", { ["Origin"] = "https://elsewhere.example" } },
  { "GET", "/" .. string.rep("a", 5000), {} },
  { "GET", "/v1/ready", { ["X-Long"] = string.rep("b", 17000) } },
  { "GET", "/v1/%00%ff/../events", good },
  { "POST", "/v1/pairings", { ["Content-Type"] = "application/json" }, '{"name": "x", "commitment": "x"}' },
  { "GET", "/technicien/api/state", {} },
}
local threads = {}
local at = 0
counts = {}

function setup(thread)
  table.insert(threads, thread)
end

function request()
  at = at % #requests + 1
  local one = requests[at]
  return wrk.format(one[1], one[2], one[3], one[4])
end

function response(status)
  counts[status] = (counts[status] or 0) + 1
end

function done()
  local all = {}
  for _, thread in ipairs(threads) do
    for status, count in pairs(thread:get("counts")) do
      all[status] = (all[status] or 0) + count
    end
  end
  for status, count in pairs(all) do
    io.write(string.format("status %d: %d\n", status, count))
  end
end
