-- SPDX-License-Identifier: MIT
-- wrk's request generator: wrk -s http.lua URL -- plain | pipelined N | echo BYTES | order | routes COUNT
-- The result is one JSON line; bench/lib/loads.py reads it.

local requests, next_request = {}, 0

local function pipelined(count)
    local one = wrk.format("GET", wrk.path)
    requests[1] = string.rep(one, count)
end

local function echo(bytes)
    local headers = {["Content-Type"] = "application/octet-stream"}
    requests[1] = wrk.format("POST", wrk.path, headers, string.rep("x", bytes))
end

-- A struct of 300 octets, as a client sends it.
local function order()
    local body = [[{"id":9007199254740993,"customer":"Ada Lovelace","email":"ada@example.org",]] ..
        [["address":{"street":"12 St James's Square","city":"London","zip":10115},]] ..
        [["tags":["analytical","engine","priority"],"gift":true,"total":1234.56,]] ..
        [["note":"Please leave the parcel with the neighbour on the left.","quantity":3}]]
    requests[1] = wrk.format("POST", wrk.path, {["Content-Type"] = "application/json"}, body)
end

-- Five digits in every id, so that all responses have the same length.
local function routes(count)
    for i = 0, count - 1 do
        requests[i + 1] = wrk.format("GET", string.format("/api/res%d/%d", i, 12345 + i))
    end
end

function init(args)
    local mode, number = args[1] or "plain", tonumber(args[2])
    if mode == "pipelined" then pipelined(number)
    elseif mode == "echo" then echo(number)
    elseif mode == "order" then order()
    elseif mode == "routes" then routes(number)
    else requests[1] = wrk.format("GET", wrk.path) end
end

function request()
    next_request = next_request % #requests + 1
    return requests[next_request]
end

function done(summary, latency, _)
    local errors = summary.errors
    io.write(string.format(
        '{"operations":%d,"seconds":%.6f,"failed":%d,"socket_errors":%d,"bytes":%d,"p50":%.1f,"p99":%.1f}\n',
        summary.requests, summary.duration / 1e6, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout, summary.bytes,
        latency:percentile(50), latency:percentile(99)))
end
