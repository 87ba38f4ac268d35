-- Only the end of a run: without a request() of its own, wrk sends one prepared request and calls no Lua.
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\nREPORT {"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "errors": %d, "refused": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.timeout, e.status))
end
