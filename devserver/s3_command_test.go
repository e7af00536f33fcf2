package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"headroom/devserver/ports"
)

type s3Ready struct{ Endpoint string }

func startS3(t *testing.T, root string, port int) (*process, *s3.Client) {
	t.Helper()
	p := start(t, "s3", "--port", strconv.Itoa(port), "--root", root, "--access", "local", "--secret", "local-secret",
		"--bucket", "headroom", "--bucket", "load-history", "--stop-on-stdin-eof")
	var ready s3Ready
	p.ready(t, &ready)
	return p, s3Client(ready.Endpoint, "local-secret")
}

func s3Client(endpoint, secret string) *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: aws.String(endpoint),
		UsePathStyle: true,
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("local", secret, ""),
	})
}

// put writes an object unless it exists.
func put(ctx context.Context, client *s3.Client, key, body string) error {
	_, err := client.PutObject(ctx, &s3.PutObjectInput{
		Bucket:      aws.String("headroom"),
		Key:         aws.String(key),
		Body:        bytes.NewReader([]byte(body)),
		IfNoneMatch: aws.String("*"),
	})
	return err
}

func get(ctx context.Context, client *s3.Client, key string) (string, error) {
	object, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("headroom"), Key: aws.String(key)})
	if err != nil {
		return "", err
	}
	defer object.Body.Close()
	body, err := io.ReadAll(object.Body)
	return string(body), err
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

func TestS3_Restart(t *testing.T) {
	ctx, root, port := t.Context(), t.TempDir(), freePorts(t, 1)[0]
	server, client := startS3(t, root, port)
	if err := put(ctx, client, "plans/one.json", "first"); err != nil {
		t.Fatal(err)
	}
	if err := put(ctx, client, "plans/one.json", "second"); code(err) != "PreconditionFailed" {
		t.Errorf("second conditional write: got %v, want PreconditionFailed", err)
	}
	if _, err := get(ctx, s3Client("http://127.0.0.1:"+strconv.Itoa(port), "wrong-secret"), "plans/one.json"); code(err) != "SignatureDoesNotMatch" {
		t.Errorf("read with a wrong secret: got %v, want SignatureDoesNotMatch", err)
	}
	server.stop(t, server.stdin.Close) // as when the parent dies

	server, client = startS3(t, root, port)
	body, err := get(ctx, client, "plans/one.json")
	if body != "first" || err != nil {
		t.Errorf("after the restart: got %q, %v, want the first write", body, err)
	}
	server.stop(t, server.terminate)
}

func TestS3_PortTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	mustFail(t, 1, "the port is taken", "s3", "--port", port, "--root", t.TempDir(), "--access", "local", "--secret", "local-secret")
}

func freePorts(t *testing.T, n int) []int {
	t.Helper()
	free, err := ports.Free("127.0.0.1", n)
	if err != nil {
		t.Fatal(err)
	}
	return free
}
