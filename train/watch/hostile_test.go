package watch

import (
	"bufio"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
)

// TestHostileRequestsAllocateLittle: parameters cost some bytes for each of theirs, and requests beyond 16 KiB are not read to their end.
func TestHostileRequestsAllocateLittle(t *testing.T) {
	for name, raw := range map[string]string{
		"names":  strings.Repeat("run=a&", largestHeader/6),
		"runs":   strings.Repeat("run=a%2", largestHeader/7),
		"empty":  strings.Repeat("&", largestHeader),
		"others": strings.Repeat("x=1&", largestHeader/4),
		"long":   "run=" + strings.Repeat("a/", largestHeader/2),
		"filter": "q=" + strings.Repeat("+a", largestHeader/2),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = parseRuns(raw)
		_, _ = parseFilter(raw)
		runtime.ReadMemStats(&after)
		if spent := after.TotalAlloc - before.TotalAlloc; spent > uint64(64*len(raw)) {
			t.Errorf("%s: %d bytes allocated for a query of %d", name, spent, len(raw))
		}
	}

	root, _ := runOf(t)
	server, err := New(root, DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	address, end := listen(t, server)
	for name, head := range map[string]string{
		"line":   "GET /api/runs?q=" + strings.Repeat("a", 8<<20),
		"header": "GET /api/runs HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("a", 8<<20),
	} {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		request := []byte(head)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		go connection.Write(request) // fails when the server has heard enough
		response, err := http.ReadResponse(bufio.NewReader(connection), nil)
		runtime.ReadMemStats(&after)
		if err == nil && response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%s: %s", name, response.Status)
		}
		if spent := after.TotalAlloc - before.TotalAlloc; spent > 1<<20 {
			t.Errorf("%s: %d bytes allocated for a request of %d", name, spent, len(head))
		}
		connection.Close()
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}
