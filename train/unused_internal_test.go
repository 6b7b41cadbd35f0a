package train

import "testing"

// TestRecordGivesTheConfigurationBack, whatever of it is set apart: here inputs of as many dimensions as the default has
// units, which would follow network.units if they were not named.
func TestRecordGivesTheConfigurationBack(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"clusters":     func(*Config) {},
		"points":       func(c *Config) { c.Task.Points = "mine.csv" },
		"through time": func(c *Config) { c.Task.Kind = "flip_flop" },
	} {
		for _, imported := range []bool{false, true} {
			c := DefaultConfig()
			c.Network.Units, c.Task.Clusters, c.Network.Coupling = 64, 30, 77
			change(&c)
			folder := Folder{Path: t.TempDir()}
			if err := newRunRecord(c, imported).Write(folder.RunFile()); err != nil {
				t.Fatal(err)
			}
			if got, err := folder.Config(); err != nil || got != c {
				t.Errorf("%s, imported %v: %+v, %v, want %+v", name, imported, got, err, c)
			}
		}
	}
}
