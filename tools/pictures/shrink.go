package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
)

// shrink rewrites a screenshot with a palette of at most 256 colours. It picks
// them one after the other: each time the colour that most pixels miss by most.
// So a few red pixels keep their red, which the most frequent 256 would not.
func shrink(data []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("decode the picture: %w", err)
	}
	bounds := full.Bounds()
	counts := map[color.RGBA]int{}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			counts[opaque(full.At(x, y))]++
		}
	}
	palette, index := choose(counts)
	small := image.NewPaletted(bounds, palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			small.SetColorIndex(x, y, index[opaque(full.At(x, y))])
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, small); err != nil {
		return nil, fmt.Errorf("encode the picture: %w", err)
	}
	return b.Bytes(), nil
}

// choose picks the palette, and says for each colour which of it is nearest.
func choose(counts map[color.RGBA]int) (color.Palette, map[color.RGBA]uint8) {
	type seen struct {
		rgb         color.RGBA
		count, miss int
		nearest     uint8
	}
	var all []seen
	for rgb, n := range counts {
		all = append(all, seen{rgb: rgb, count: n, miss: 3 * 255 * 255})
	}
	slices.SortFunc(all, func(a, b seen) int {
		return cmp.Or(cmp.Compare(a.rgb.R, b.rgb.R), cmp.Compare(a.rgb.G, b.rgb.G), cmp.Compare(a.rgb.B, b.rgb.B))
	})
	var palette color.Palette
	for len(palette) < min(256, len(all)) {
		worst := 0
		for i := range all {
			if all[i].count*all[i].miss > all[worst].count*all[worst].miss {
				worst = i
			}
		}
		picked := all[worst].rgb
		for i := range all {
			if d := distance(all[i].rgb, picked); d < all[i].miss {
				all[i].miss, all[i].nearest = d, uint8(len(palette))
			}
		}
		palette = append(palette, picked)
	}
	index := make(map[color.RGBA]uint8, len(all))
	for _, s := range all {
		index[s.rgb] = s.nearest
	}
	return palette, index
}

// distance is the square of how far two colours are apart.
func distance(a, b color.RGBA) int {
	r, g, bl := int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B)
	return r*r + g*g + bl*bl
}

// opaque is a colour of a screenshot, in which nothing shines through.
func opaque(c color.Color) color.RGBA {
	r, g, b, _ := c.RGBA()
	return color.RGBA{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: 255}
}
