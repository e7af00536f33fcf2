package cli_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"

	"headroom/capacity"
	"headroom/history"
)

// A hostileInput is one file that nobody should be harmed by, and the call that
// reads it, in which FILE stands for it.
type hostileInput struct {
	what string // is wrong with it
	call string
	data []byte
}

// hostiles makes inputs from good ones.
type hostiles struct {
	load, panel, parquet, policy, plan []byte
}

// newHostiles is given a good policy and the JSON of a plan.
func newHostiles(t *testing.T, policy, plan []byte) hostiles {
	t.Helper()
	h := hostiles{policy: policy, plan: plan}
	var load, panel bytes.Buffer
	fmt.Fprintln(&load, "ts,requests")
	fmt.Fprintln(&panel, "unique_id,ds,y")
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for i := range 3 * 24 {
		at := start.Add(time.Duration(i) * time.Hour).Format(time.RFC3339)
		fmt.Fprintf(&load, "%s,%d\n", at, 200_000+7000*(i%24))
		fmt.Fprintf(&panel, "chat,%s,%d\n", at, 200+7*(i%24))
	}
	h.load, h.panel = load.Bytes(), panel.Bytes()
	rows, err := history.Read("load", bytes.NewReader(h.load), int64(len(h.load)), capacity.Demand{Time: "ts", Value: "requests"}, history.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	table, err := history.Merge([]history.Rows{rows}, time.Time{}, time.Time{}, history.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	if h.parquet, err = history.Encode(table); err != nil {
		t.Fatal(err)
	}
	h.parquet = bytes.ReplaceAll(h.parquet, []byte("time"), []byte("tsts")) // the same lengths, other columns
	return h
}

// draw is the input of a number: the same for the same seed.
func (h hostiles) draw(seed, number uint64) hostileInput {
	random := rand.New(rand.NewPCG(seed, number))
	kinds := []func(*rand.Rand) hostileInput{h.damagedLoad, h.oddLoad, h.largeLoad, h.damagedPanel, h.largeLoad, h.damagedPolicy, h.oddPolicy, h.damagedPlan}
	return kinds[number%uint64(len(kinds))](random)
}

// Calls that read load, panels, policies and plans.
var (
	loadCalls   = []string{"plan --offline -f chat.yaml --history FILE", "plan --offline -f chat.yaml --history FILE", "simulate -f chat.yaml --trace FILE", "forecast FILE --horizon 3", "backtest FILE --horizon 3 --origins 2"}
	panelCalls  = []string{"forecast FILE --horizon 3", "forecast FILE --horizon 3 --level 90", "backtest FILE --horizon 3 --origins 2"}
	policyCalls = []string{"check FILE", "check -v FILE", "plan --offline -f FILE --history load.csv"}
	planCalls   = []string{"explain --plan ./FILE", "explain --plan ./FILE --json"}
)

func pick[T any](random *rand.Rand, all []T) T { return all[random.IntN(len(all))] }

func (h hostiles) damagedLoad(random *rand.Rand) hostileInput {
	data, what := h.load, "load"
	if random.IntN(3) == 0 {
		data, what = h.parquet, "Parquet"
	}
	data, more := packed(random, data)
	data, how := damage(random, data)
	if random.IntN(4) == 0 {
		data, _ = packed(random, data)
	}
	return hostileInput{what + more + ", " + how, pick(random, loadCalls), data}
}

func (h hostiles) damagedPanel(random *rand.Rand) hostileInput {
	data, more := packed(random, h.panel)
	data, how := damage(random, data)
	return hostileInput{"panel" + more + ", " + how, pick(random, panelCalls), data}
}

func (h hostiles) damagedPolicy(random *rand.Rand) hostileInput {
	data, how := damage(random, h.policy)
	return hostileInput{"policy, " + how, pick(random, policyCalls), data}
}

func (h hostiles) damagedPlan(random *rand.Rand) hostileInput {
	if random.IntN(2) == 0 {
		data, how := damage(random, h.plan)
		return hostileInput{"plan, " + how, pick(random, planCalls), data}
	}
	n := 1 + random.IntN(2_000_000)
	for _, odd := range []struct{ what, text string }{
		{"deep arrays", strings.Repeat("[", n)},
		{"deep objects", strings.Repeat(`{"plan":`, n/8)},
		{"many pools", `{"plan":{"step":"1h","pools":[` + strings.Repeat("{},", n) + `{}]}}`},
		{"many steps", `{"plan":{"step":"1h","pools":[{"steps":[` + strings.Repeat("{},", n) + `{}]}]}}`},
		{"many notes", `{"plan":{"step":"1h","pools":[{}],"notes":[` + strings.Repeat(`"",`, 4*n) + `""]}}`},
		{"huge number", `{"plan":{"step":"1h","quantile":1` + strings.Repeat("0", n) + `,"pools":[{}]}}`},
		{"long step", `{"plan":{"step":"` + strings.Repeat("9", n) + `h","pools":[{}]}}`},
		{"negative step", `{"plan":{"step":"-1h","pools":[{}]}}`},
	}[random.IntN(8):] {
		return hostileInput{"plan, " + odd.what, pick(random, planCalls), []byte(odd.text)}
	}
	panic("unreachable")
}

// packed compresses data, or not.
func packed(random *rand.Rand, data []byte) ([]byte, string) {
	switch random.IntN(4) {
	case 0:
		return gzipped(data, 1), " in gzip"
	case 1:
		return zstded(data, 1), " in zstd"
	}
	return data, ""
}

// gzipped is data compressed by gzip, repeated: its parts read as one.
func gzipped(data []byte, times int) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(data) // into memory
	_ = z.Close()
	return bytes.Repeat(b.Bytes(), times)
}

// zstded is the same by zstd.
func zstded(data []byte, times int) []byte {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return bytes.Repeat(z.EncodeAll(data, nil), times)
}

// damage changes data as disks, transports, editors and strangers do.
func damage(random *rand.Rand, data []byte) ([]byte, string) {
	data = slices.Clone(data)
	at := random.IntN(len(data))
	switch random.IntN(12) {
	case 0, 1, 2:
		n := 1 + random.IntN(16)
		for range n {
			data[random.IntN(len(data))] ^= 1 << random.IntN(8)
		}
		return data, fmt.Sprintf("%d flipped bits", n)
	case 3:
		return data[:at], fmt.Sprintf("cut off at %d", at)
	case 4:
		end := min(len(data), at+1+random.IntN(200))
		return slices.Delete(data, at, end), fmt.Sprintf("without bytes %d to %d", at, end)
	case 5:
		end := min(len(data), at+1+random.IntN(200))
		return slices.Insert(data, random.IntN(len(data)), data[at:end]...), fmt.Sprintf("bytes %d to %d twice", at, end)
	case 6:
		odd := pick(random, []string{"\x00", "\xff\xfe", "\"", "\n\n\n", "\r", "\ufeff", "'", ";", "\t", "\u2028", "NaN", "-", "1e999", "0x", strings.Repeat("9", 5000), strings.Repeat("\x00", 5000)})
		return slices.Insert(data, at, []byte(odd)...), fmt.Sprintf("%.10q put in at %d", odd, at)
	case 7:
		b := []byte("\xff\xfe")
		for _, unit := range utf16.Encode([]rune(string(data))) {
			b = binary.LittleEndian.AppendUint16(b, unit)
		}
		return b, "in UTF-16"
	case 8:
		return bytes.ReplaceAll(data, []byte("\n"), []byte("\r")), "CR only"
	case 9:
		for i := at; i < min(len(data), at+64); i++ {
			data[i] = byte(random.IntN(256))
		}
		return data, fmt.Sprintf("random from %d", at)
	case 10:
		times := 1 + random.IntN(3000)
		return bytes.Repeat(data, times), fmt.Sprintf("%d times", times)
	default:
		n := min(len(data), 8)
		binary.LittleEndian.PutUint32(data[len(data)-n:], random.Uint32())
		return data, "another length at its end"
	}
}
