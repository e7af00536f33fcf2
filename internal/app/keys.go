package app

import (
	"fmt"
	"os"

	"headroom/internal/codec"
	"headroom/internal/proof"
)

// Keys reads the keys that the environment names, through lookup; there may be
// none. A list that cannot be used is a [codec.ErrKeys].
func Keys(lookup func(string) (string, bool)) (codec.Keys, error) {
	text, _ := lookup("HEADROOM_CODEC_KEYS")
	source := "HEADROOM_CODEC_KEYS"
	if path, _ := lookup("HEADROOM_CODEC_KEY_FILE"); path != "" {
		if text != "" {
			return codec.Keys{}, fmt.Errorf("both HEADROOM_CODEC_KEY_FILE and HEADROOM_CODEC_KEYS are set: set one: %w", codec.ErrKeys)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return codec.Keys{}, fmt.Errorf("read the file of HEADROOM_CODEC_KEY_FILE: %w", err)
		}
		text, source = string(data), path
	}
	if text == "" && source == "HEADROOM_CODEC_KEYS" {
		return codec.Keys{}, nil
	}
	k, err := codec.ParseKeys(text)
	if err != nil {
		return k, fmt.Errorf("%s: %w", source, err)
	}
	return k, nil
}

// WorkerKeys reads the keys by which workers prove to each other what they send:
//
//	HEADROOM_WORKER_KEY  a key, or several with commas: the first signs (none)
//
// Where an issuer is set, workers need one. A list that cannot be used is a [proof.ErrKeys].
func WorkerKeys(lookup func(string) (string, bool)) (proof.Keys, error) {
	text, _ := lookup("HEADROOM_WORKER_KEY")
	keys, err := proof.ParseKeys(text)
	if err != nil {
		return keys, fmt.Errorf("HEADROOM_WORKER_KEY: %w", err)
	}
	return keys, nil
}
