package codec_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/testing/protocmp"

	"headroom/internal/codec"
)

var (
	old   = codec.NewKey(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	fresh = codec.NewKey(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
)

func with(t *testing.T, lines ...string) codec.Codec {
	t.Helper()
	keys, err := codec.ParseKeys(strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return codec.Codec{Keys: keys}
}

func plain(text string) []*commonpb.Payload {
	return []*commonpb.Payload{{Metadata: map[string][]byte{"encoding": []byte("json/plain"), "x": []byte("more")}, Data: []byte(text)}}
}

func encode(t *testing.T, c codec.Codec, p []*commonpb.Payload) []*commonpb.Payload {
	t.Helper()
	out, err := c.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCodec(t *testing.T) {
	c := with(t, fresh)
	clear := plain(`{"load":12345}`)
	sealed := encode(t, c, clear)
	if bytes.Contains(sealed[0].Data, []byte("12345")) || bytes.Contains(sealed[0].Data, []byte("more")) {
		t.Error("the sealed payload shows what is in it")
	}
	if again := encode(t, c, clear); bytes.Equal(again[0].Data, sealed[0].Data) {
		t.Error("the same payload was sealed twice to the same bytes: the nonce repeats")
	}
	got, err := c.Decode(sealed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(clear, got, protocmp.Transform()); diff != "" {
		t.Errorf("sealed and opened (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(sealed, encode(t, c, sealed), protocmp.Transform()); diff != "" {
		t.Errorf("what is sealed was sealed again:\n%s", diff)
	}
	if got, err := c.Decode(clear); err != nil || !cmp.Equal(clear, got, protocmp.Transform()) {
		t.Errorf("what was never sealed became %v, %v", got, err)
	}
}

// TestCodec_Strict: where there are keys, a worker opens nothing that was sent in clear.
func TestCodec_Strict(t *testing.T) {
	var worker, none client.Options
	with(t, fresh).Keys.SealWorker(&worker)
	codec.Keys{}.SealWorker(&none)
	clear, err := none.DataConverter.ToPayloads("12345")
	if err != nil {
		t.Fatal(err)
	}
	var text string
	if err := none.DataConverter.FromPayloads(clear, &text); err != nil || text != "12345" {
		t.Errorf("without keys: got %q, %v", text, err)
	}
	text = ""
	err = worker.DataConverter.FromPayloads(clear, &text)
	if !errors.Is(err, codec.ErrClear) || !strings.Contains(err.Error(), "set HEADROOM_CODEC_KEY_FILE") || text != "" {
		t.Errorf("with keys: got %q, %v, want %v and the remedy", text, err, codec.ErrClear)
	}
	sealed, err := worker.DataConverter.ToPayloads("12345")
	if err != nil {
		t.Fatal(err)
	}
	if err := worker.DataConverter.FromPayloads(sealed, &text); err != nil || text != "12345" {
		t.Errorf("sealed: got %q, %v", text, err)
	}
}

// TestCodec_Rotation: while keys are rotated, old and new processes read each
// other; afterwards, the old key is no longer needed for what is new.
func TestCodec_Rotation(t *testing.T) {
	before, known, after, done := with(t, old), with(t, old, fresh), with(t, fresh, old), with(t, fresh)
	for _, step := range []struct {
		name         string
		writer, read codec.Codec
		fails        bool
	}{
		{"the new key is known everywhere before it seals", before, known, false},
		{"a process that was not restarted yet reads the new key", after, known, false},
		{"what is old is still read", before, after, false},
		{"what is new needs the new key alone", after, done, false},
		{"without the old key what is old is lost", before, done, true},
		{"a new key that seals too early cannot be read", after, before, true},
	} {
		got, err := step.read.Decode(encode(t, step.writer, plain("x")))
		switch {
		case step.fails && (!errors.Is(err, codec.ErrSealed) || !strings.Contains(err.Error(), "is not among")):
			t.Errorf("%s: got %v, want an error that names the missing key", step.name, err)
		case !step.fails && (err != nil || string(got[0].Data) != "x"):
			t.Errorf("%s: got %v, %v", step.name, got, err)
		}
	}
}

// TestCodec_Changed: any changed byte, and the name of another key, is found.
func TestCodec_Changed(t *testing.T) {
	c := with(t, old, fresh)
	sealed := encode(t, c, plain("x"))[0]
	for i := range sealed.Data {
		p := &commonpb.Payload{Metadata: sealed.Metadata, Data: bytes.Clone(sealed.Data)}
		p.Data[i] ^= 1
		if _, err := c.Decode([]*commonpb.Payload{p}); !errors.Is(err, codec.ErrSealed) {
			t.Fatalf("byte %d was changed: got %v, want %v", i, err, codec.ErrSealed)
		}
	}
	for _, data := range [][]byte{nil, sealed.Data[:11], sealed.Data[:len(sealed.Data)-1]} {
		if _, err := c.Decode([]*commonpb.Payload{{Metadata: sealed.Metadata, Data: data}}); !errors.Is(err, codec.ErrSealed) {
			t.Errorf("%d bytes are left: got %v, want %v", len(data), err, codec.ErrSealed)
		}
	}
	// The same key under two names: only the name tells them apart.
	_, secret, _ := strings.Cut(old, ":")
	twins := with(t, "a:"+secret, "b:"+secret)
	p := encode(t, twins, plain("x"))[0]
	p.Metadata["headroom-key"] = []byte("b")
	if _, err := twins.Decode([]*commonpb.Payload{p}); !errors.Is(err, codec.ErrSealed) {
		t.Errorf("the name of the key was changed: got %v, want %v", err, codec.ErrSealed)
	}
}

// TestKeys_Seal: messages of failures are sealed too, and read again.
func TestKeys_Seal(t *testing.T) {
	var options client.Options
	with(t, fresh).Keys.Seal(&options)
	failure := options.FailureConverter.ErrorToFailure(temporal.NewApplicationError("chat needs 12345", "Refused"))
	if text := failure.String(); strings.Contains(text, "12345") {
		t.Errorf("the failure tells its message: %s", text)
	}
	if got := options.FailureConverter.FailureToError(failure).Error(); !strings.Contains(got, "chat needs 12345") || !strings.Contains(got, "Refused") {
		t.Errorf("read again it is %q", got)
	}
	// A process without a key seals nothing, and says what it lacks.
	var none client.Options
	codec.Keys{}.Seal(&none)
	clear, err := none.DataConverter.ToPayload("12345")
	if err != nil || string(clear.GetData()) != `"12345"` {
		t.Errorf("without a key a payload became %v, %v", clear, err)
	}
	if text := none.FailureConverter.ErrorToFailure(temporal.NewApplicationError("chat needs 12345", "Refused")).GetMessage(); text != "chat needs 12345" {
		t.Errorf("without a key a failure says %q", text)
	}
	secret, err := options.DataConverter.ToPayload("12345")
	if err != nil {
		t.Fatal(err)
	}
	var text string
	err = none.DataConverter.FromPayload(secret, &text)
	if !errors.Is(err, codec.ErrSealed) || !strings.Contains(err.Error(), "HEADROOM_CODEC_KEY_FILE") {
		t.Errorf("without a key a sealed payload is %v, want %v and the remedy", err, codec.ErrSealed)
	}
}
