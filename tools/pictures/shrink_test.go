package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// Two thousand shades of blue, and one red pixel among them that a palette of
// the most frequent colours would lose.
func TestShrink(t *testing.T) {
	red := color.RGBA{R: 200, A: 255}
	full := image.NewRGBA(image.Rect(0, 0, 200, 100))
	for i := range 200 * 100 {
		full.SetRGBA(i%200, i/200, color.RGBA{G: uint8(i % 8), B: uint8(i / 8 % 256), A: 255})
	}
	full.SetRGBA(7, 7, red)
	var b bytes.Buffer
	if err := png.Encode(&b, full); err != nil {
		t.Fatal(err)
	}
	small, err := shrink(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := got.(*image.Paletted); !ok || len(p.Palette) != 256 {
		t.Fatalf("got %T, want a palette of 256 colours", got)
	}
	if at := opaque(got.At(7, 7)); at != red {
		t.Errorf("the red pixel: got %v, want %v", at, red)
	}
	for i := range 200 * 100 {
		x, y := i%200, i/200
		// 2,048 colours on 256: no more is lost than all eight shades of green and
		// every other of blue.
		if d := distance(opaque(got.At(x, y)), opaque(full.At(x, y))); d > 7*7+2*2 {
			t.Fatalf("pixel %d,%d: got %v, want about %v", x, y, got.At(x, y), full.At(x, y))
		}
	}
}

func TestShrink_NotAPicture(t *testing.T) {
	if _, err := shrink([]byte("no picture")); err == nil {
		t.Error("got no error, want one")
	}
}
