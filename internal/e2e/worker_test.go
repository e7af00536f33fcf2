package e2e_test

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// A process is a running worker program.
type process struct {
	command *exec.Cmd
	log     string
}

// startWorker starts the worker program on the site, keeping artefacts in the
// given bucket. It is killed at the end of the test at the latest.
func (s *site) startWorker(t testing.TB, bucket string) *process {
	t.Helper()
	line := append(slices.Clone(s.wrap), cmp.Or(s.program, workerProgram))
	p := &process{command: exec.Command(line[0], line[1:]...), log: filepath.Join(t.TempDir(), "worker.log")}
	log, err := os.Create(p.log)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	p.command.Stderr = log
	p.command.SysProcAttr = dies()
	// Nothing of the developer's own environment may reach the worker.
	p.command.Env = append([]string{
		"HOME=" + t.TempDir(),
		"TEMPORAL_ADDRESS=" + s.stack.TemporalAddress,
		"HEADROOM_S3_ENDPOINT=" + s.stack.S3Endpoint,
		"HEADROOM_BUCKET=" + bucket,
		"HEADROOM_FLEET=" + s.fleet,
		"HEADROOM_WORKER_KEY=" + workerKey,
		"AWS_ACCESS_KEY_ID=" + s.stack.AccessKey,
		"AWS_SECRET_ACCESS_KEY=" + s.stack.SecretKey,
		"AWS_REGION=us-east-1",
	}, s.env...)
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.kill(t)
		if t.Failed() {
			said, _ := os.ReadFile(p.log) // what else went wrong is reported already
			t.Logf("the worker said:\n%s", said[max(0, len(said)-4000):])
		}
	})
	return p
}

// kill ends the worker by SIGKILL and waits until it is gone.
func (p *process) kill(t testing.TB) {
	t.Helper()
	if p.command.ProcessState != nil {
		return
	}
	if err := p.command.Process.Kill(); err != nil {
		t.Errorf("kill the worker: %v", err)
	}
	_ = p.command.Wait() // it says that it was killed
}
