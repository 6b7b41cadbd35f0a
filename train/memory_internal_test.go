package train

import (
	"testing"
	"testing/fstest"
)

// TestMemoryOfLinux: the least of the machine's memory and the limits of all control groups above the process, in both
// versions, on a host and in a container that sees the path of its host.
func TestMemoryOfLinux(t *testing.T) {
	machine := map[string]string{"proc/meminfo": "MemTotal:       16384 kB\nMemFree:         1234 kB\n"}
	for name, test := range map[string]struct {
		files map[string]string
		want  uint64
	}{
		"no limit":             {nil, 16 << 20},
		"version 2":            {map[string]string{"proc/self/cgroup": "0::/job\n", "sys/fs/cgroup/job/memory.max": "1048576\n"}, 1 << 20},
		"version 2, max":       {map[string]string{"proc/self/cgroup": "0::/job\n", "sys/fs/cgroup/job/memory.max": "max\n"}, 16 << 20},
		"of the group above":   {map[string]string{"proc/self/cgroup": "0::/job/step\n", "sys/fs/cgroup/job/memory.max": "2097152\n", "sys/fs/cgroup/job/step/memory.max": "max\n"}, 2 << 20},
		"container, version 2": {map[string]string{"proc/self/cgroup": "0::/../../pod\n", "sys/fs/cgroup/memory.max": "3145728\n"}, 3 << 20},
		"version 1":            {map[string]string{"proc/self/cgroup": "4:memory:/slurm/job\n3:cpu:/\n", "sys/fs/cgroup/memory/slurm/job/memory.limit_in_bytes": "4194304\n"}, 4 << 20},
		"container, version 1": {map[string]string{"proc/self/cgroup": "4:memory:/docker/abc\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "5242880\n"}, 5 << 20},
		"version 1, unlimited": {map[string]string{"proc/self/cgroup": "4:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 16 << 20},
		"nonsense":             {map[string]string{"proc/self/cgroup": "::\n\n0", "sys/fs/cgroup/memory.max": "much\n"}, 16 << 20},
	} {
		root := fstest.MapFS{}
		for _, files := range []map[string]string{machine, test.files} {
			for path, text := range files {
				root[path] = &fstest.MapFile{Data: []byte(text)}
			}
		}
		if got := memoryOfLinux(root); got.Bytes != test.want || got.Source == "" {
			t.Errorf("%s: %+v, want %d bytes", name, got, test.want)
		}
	}
	if got := memoryOfLinux(fstest.MapFS{}); got.Bytes != 0 {
		t.Errorf("without /proc: %+v", got)
	}
}
