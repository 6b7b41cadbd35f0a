package train

import "os"

// ReadMemory returns how much memory this process may use: the machine's, or a lower limit of its control groups.
func ReadMemory() Memory { return memoryOfLinux(os.DirFS("/")) }
