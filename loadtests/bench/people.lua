-- Sends the requests of many people in turn. Arguments: a file with one person's own headers a line, divided by
-- tabs; "once" or "again"; then the headers that all have in common, with "Person: " where the own ones are to stand.
--
-- Every request is prepared before the run, so sending one costs the same for one person and for many.
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
    response = nil -- then no Lua is called for answers
  end
end

function request()
  sent = sent % #requests + 1
  return requests[sent]
end

function response()
  received = received + 1
  if received == #requests then
    -- wrk sleeps through its whole duration unless a signal ends it; what it measured is reported all the same.
    local ffi = require("ffi")
    ffi.cdef("int getpid(void); int kill(int, int);")
    ffi.C.kill(ffi.C.getpid(), 2)
  end
end
