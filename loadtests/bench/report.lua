-- A repeated request, and the end of a run. Arguments: the headers, sent in this order. wrk.format() would change the
-- order in each run, which no proxy does.
function head(lines)
  return string.format("%s %s HTTP/1.1\r\n%s\r\n\r\n", wrk.method, wrk.path, table.concat(lines, "\r\n"))
end

-- Without request(), wrk calls wrk.format() once, sends the result, and calls no Lua.
function init(arguments)
  local request = head(arguments)
  wrk.format = function() return request end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\nREPORT {"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "errors": %d, "refused": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.timeout, e.status))
end
