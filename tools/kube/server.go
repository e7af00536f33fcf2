package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// A server is etcd and the API server on top of it.
type server struct {
	url   string
	parts []*exec.Cmd // in the order in which they were started
}

// start starts both and waits until the API server is ready, at most a minute.
func start(ctx context.Context, programs, folder string) (s *server, err error) {
	s = &server{}
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	ports, err := freePorts(3)
	if err != nil {
		return s, err
	}
	etcd, peer := fmt.Sprintf("http://127.0.0.1:%d", ports[0]), fmt.Sprintf("http://127.0.0.1:%d", ports[1])
	s.url = fmt.Sprintf("https://127.0.0.1:%d", ports[2])
	key, tokens := filepath.Join(folder, "key.pem"), filepath.Join(folder, "tokens.csv")
	if err := writeKey(key); err != nil {
		return s, err
	}
	if err := os.WriteFile(tokens, []byte("admin,admin,1,system:masters\nheadroom,headroom,2\n"), 0o600); err != nil {
		return s, err
	}
	if err := s.launch(folder, filepath.Join(programs, "etcd"), "--data-dir="+filepath.Join(folder, "etcd"), "--unsafe-no-fsync",
		"--listen-client-urls="+etcd, "--advertise-client-urls="+etcd,
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer, "--initial-cluster=default="+peer); err != nil {
		return s, err
	}
	if err := s.launch(folder, filepath.Join(programs, "kube-apiserver"), "--etcd-servers="+etcd,
		"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", ports[2]), "--cert-dir="+filepath.Join(folder, "certificates"),
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file="+key, "--service-account-signing-key-file="+key,
		"--token-auth-file="+tokens, "--authorization-mode=RBAC", "--disable-admission-plugins=ServiceAccount",
		"--service-cluster-ip-range=10.0.0.0/24", "--endpoint-reconciler-type=none"); err != nil {
		return s, err
	}
	return s, s.ready(ctx, folder)
}

// launch starts a program that writes its log into the folder.
func (s *server) launch(folder, program string, args ...string) error {
	log, err := os.Create(filepath.Join(folder, filepath.Base(program)+".log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the program has its own copy
	part := exec.Command(program, args...)
	part.Stdout, part.Stderr = log, log
	if err := part.Start(); err != nil {
		return fmt.Errorf("start %s: %w", program, err)
	}
	s.parts = append(s.parts, part)
	return nil
}

func (s *server) ready(ctx context.Context, folder string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	// The server has just signed its certificate itself.
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for ctx.Err() == nil {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/readyz", nil)
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer admin")
		if response, err := client.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(100 * time.Millisecond) //nolint:forbidigo // a tool waits on the wall
	}
	log, err := os.ReadFile(filepath.Join(folder, "kube-apiserver.log"))
	return errors.Join(fmt.Errorf("the API server is not ready: %w; the end of its log:\n%s", ctx.Err(), log[max(0, len(log)-2000):]), err)
}

// stop ends what was started, last first.
func (s *server) stop() {
	for i := len(s.parts) - 1; i >= 0; i-- {
		_ = s.parts[i].Process.Signal(syscall.SIGTERM) // it may have ended
		_ = s.parts[i].Wait()                          // with the signal
	}
}

// freePorts are ports on which nobody listens now.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = listener.Close() }()
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// writeKey writes a key that signs the tokens of service accounts.
func writeKey(path string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), 0o600)
}
