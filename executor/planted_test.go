package executor_test

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var planted = flag.Bool("planted", false, "TestPlanted puts faults into the executor, to see that they are found")

// A plantedFault is lines of a file that are replaced with others.
type plantedFault struct {
	name, file string
	replace    [][2]string // old and new lines
}

// TestPlanted puts each fault of testdata/faults.txt into the executor, and expects the
// model check, a walk or a story to fail.
func TestPlanted(t *testing.T) {
	faults := readFaults(t)
	for _, f := range faults {
		source, err := os.ReadFile(f.file)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range f.replace {
			if n := strings.Count(string(source), r[0]); n != 1 {
				t.Fatalf("%q: %s holds %d times\n%s", f.name, f.file, n, r[0])
			}
		}
	}
	if !*planted {
		t.Skip("not part of make test: run make model")
	}
	failed := regexp.MustCompile(`--- FAIL: (\S+)`)
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			out, err := f.test(t)
			if err == nil {
				t.Fatal("nothing found it")
			}
			by := failed.FindStringSubmatch(out)
			if by == nil {
				t.Fatalf("no test failed: %v\n%s", err, out)
			}
			t.Logf("found by %s", by[1])
		})
	}
}

// test compiles the package with a fault and runs its tests.
func (f plantedFault) test(t *testing.T) (string, error) {
	t.Helper()
	path, err := filepath.Abs(f.file)
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(source)
	for _, r := range f.replace {
		text = strings.Replace(text, r[0], r[1], 1)
	}
	dir := t.TempDir()
	changed, overlay := filepath.Join(dir, f.file), filepath.Join(dir, "overlay.json")
	data, err := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, data, 0o600); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "faulty.test")
	if out, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-overlay", overlay, "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("compile: %v\n%s", err, out)
	}
	for _, test := range []string{"TestStories", "TestModel_Paths", "TestModel_Walks", "TestModel"} { // the quickest first
		out, err := exec.CommandContext(t.Context(), program, "-test.short", "-test.run", "^"+test+"$", "-walks", "1000", "-seed", "1").CombinedOutput()
		if err != nil {
			return string(out), err
		}
	}
	return "", nil
}

// readFaults reads testdata/faults.txt.
func readFaults(t *testing.T) (faults []plantedFault) {
	t.Helper()
	data, err := os.ReadFile("testdata/faults.txt")
	if err != nil {
		t.Fatal(err)
	}
	last := byte(0)
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		f := (*plantedFault)(nil)
		if len(faults) > 0 {
			f = &faults[len(faults)-1]
		}
		switch name, found := strings.CutPrefix(line, "fault: "); {
		case line == "" || line[0] == '#':
			last = 0
			continue
		case found:
			faults = append(faults, plantedFault{name: name})
		case strings.HasPrefix(line, "file: "):
			f.file = strings.TrimPrefix(line, "file: ")
		case line[0] == '-' && last == '-':
			f.replace[len(f.replace)-1][0] += "\n" + line[1:]
		case line[0] == '-':
			f.replace = append(f.replace, [2]string{line[1:], ""})
		case line[0] == '+' && last == '+':
			f.replace[len(f.replace)-1][1] += "\n" + line[1:]
		case line[0] == '+':
			f.replace[len(f.replace)-1][1] = line[1:]
		default:
			t.Fatalf("testdata/faults.txt: %q is no line of a fault", line)
		}
		last = line[0]
	}
	return faults
}
