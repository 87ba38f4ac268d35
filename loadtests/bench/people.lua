-- Sends the requests of many users in turn. Arguments: a file with one user's own headers per line, separated by
-- tabs; "once" or "again"; then the common headers, with "Person: " as the placeholder for the user's own.
--
-- All requests are prepared before the run, so that sending one costs the same for one user and for many.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")

local requests = {}
local sent = 0
local received = 0

function init(arguments)
  local lines = { unpack(arguments, 3) }
  local place = #lines + 1
  for index, line in ipairs(lines) do
    if line == "Person: " then
      place = index
    end
  end
  for line in io.lines(arguments[1]) do
    lines[place] = line:gsub("\t", "\r\n")
    requests[#requests + 1] = head(lines)
  end
  if arguments[2] == "again" then
    response = nil -- so that wrk calls no Lua for responses
  end
end

function request()
  sent = sent % #requests + 1
  return requests[sent]
end

function response()
  received = received + 1
  if received == #requests then
    -- wrk sleeps for its whole duration unless a signal ends it. It reports its measurements in both cases.
    local ffi = require("ffi")
    ffi.cdef("int getpid(void); int kill(int, int);")
    ffi.C.kill(ffi.C.getpid(), 2)
  end
end
