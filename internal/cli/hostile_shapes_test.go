package cli_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
)

// oddLoad is small, and holds numbers and times that are large, or many columns
// and series.
func (h hostiles) oddLoad(random *rand.Rand) hostileInput {
	call, head, id := pick(random, loadCalls), "ts,requests", ""
	if strings.Contains(call, "cast") || strings.Contains(call, "backtest") {
		head, id = "unique_id,ds,y", "chat,"
	}
	times := []string{
		"9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "1677-09-21T00:12:43Z", "2262-04-11T23:47:17Z", "1970-01-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-02-30T00:00:00Z",
		"9223372036854775807", "-9223372036854775808", "1e18", "1e308", "0", "-1", "1772409600", "1772409600000", "2026-03-02T00:00:00.000000001Z", "2026-03-02T24:00:00Z", "2026-03-02T23:59:60Z", "2026-03-02T00:00:00+23:59",
	}
	values := []string{"1e308", "1e309", "-1e308", "1e-320", "-0", "Inf", "-Inf", "NaN", "nan", "0x1p-1074", "1_000", "9007199254740993", strings.Repeat("9", 400), "1e" + strings.Repeat("9", 300), "١٢٣", "½", "", " ", "null", "\x00", "\"", "1,000"}
	var b bytes.Buffer
	fmt.Fprintln(&b, head)
	n := 2 + random.IntN(60)
	switch random.IntN(4) {
	case 0: // odd among good rows
		for i := range n {
			fmt.Fprintf(&b, "%s2026-03-%02dT%02d:00:00Z,%d\n", id, 1+i/24, i%24, 1000*i)
		}
		fmt.Fprintf(&b, "%s%s,%s\n", id, pick(random, times), "1000")
	case 1: // huge values at good times
		for i := range n {
			fmt.Fprintf(&b, "%s2026-03-%02dT%02d:00:00Z,%s\n", id, 1+i/24, i%24, pick(random, []string{"1e308", "1.7e308", "1e300", "1e-300", "0", "5"}))
		}
	case 2:
		for range n {
			fmt.Fprintf(&b, "%s%s,%s\n", id, pick(random, times), pick(random, values))
		}
	default: // as many columns as there is room for
		columns := 1 + random.IntN(300_000)
		text := strings.TrimSuffix(b.String(), "\n") + strings.Repeat(",x", columns) + "\n" + strings.Repeat(id+"2026-03-02T00:00:00Z,1"+strings.Repeat(",", columns)+"\n", 3)
		return hostileInput{fmt.Sprintf("load of %d columns", columns), call, []byte(text)}
	}
	return hostileInput{"odd load", call, b.Bytes()}
}

// largeLoad is large, or becomes so once it is decompressed.
func (h hostiles) largeLoad(random *rand.Rand) hostileInput {
	call, head := pick(random, loadCalls), "ts,requests\n"
	row := "2026-03-02T00:00:00Z,5\n"
	if strings.Contains(call, "cast") || strings.Contains(call, "backtest") {
		head, row = "unique_id,ds,y\n", "a,2026-03-02T00:00:00Z,5\n"
	}
	const mib = 1 << 20
	size := 1 << random.IntN(5) // MiB before it is repeated
	times := 1 << random.IntN(9)
	part, what := "", ""
	switch random.IntN(8) {
	case 0:
		part, what = strings.Repeat("x", size*mib), "a long field"
	case 1:
		part, what = `"`+strings.Repeat("x", size*mib), "a field that is not closed"
	case 2:
		part, what = strings.Repeat(",", size*mib), "a long record"
	case 3:
		part, what = strings.Repeat(row, size*mib/len(row)), "the same row"
	case 4:
		part, what = strings.Repeat("\n", size*mib), "empty lines"
	case 5:
		part, what = strings.Repeat("\x00", size*mib), "NUL"
	case 6:
		part, what = strings.Repeat(`"`, size*mib), "quotes"
	default: // every row with a time, or a series, of its own
		var b strings.Builder
		for i := 0; b.Len() < size*mib; i++ {
			if head == "ts,requests\n" {
				fmt.Fprintf(&b, "%d,5\n", 1_700_000_000+i)
			} else {
				fmt.Fprintf(&b, "a%d,2026-03-02T00:00:00Z,5\n", i)
			}
		}
		part, what, times = b.String(), "short rows", 1
	}
	what = fmt.Sprintf("%d MiB of %s", size, what)
	// The header is a part of its own, so that only what follows is repeated.
	switch random.IntN(5) {
	case 0:
		return hostileInput{what, call, []byte(head + part)}
	case 1:
		return hostileInput{fmt.Sprintf("%s, %d times in gzip", what, times), call, append(gzipped([]byte(head), 1), gzipped([]byte(part), times)...)}
	case 2:
		return hostileInput{fmt.Sprintf("%s, %d times in zstd", what, times), call, append(zstded([]byte(head), 1), zstded([]byte(part), times)...)}
	case 3:
		return hostileInput{fmt.Sprintf("%s, %d times in gzip in zstd", what, times), call, zstded(append(gzipped([]byte(head), 1), gzipped([]byte(part), times)...), 1)}
	default:
		return hostileInput{fmt.Sprintf("%s, %d times in zstd, without a header", what, times), call, zstded([]byte(part), times)}
	}
}

// oddPolicy is YAML that is deep, refers to itself, or says too much.
func (h hostiles) oddPolicy(random *rand.Rand) hostileInput {
	n := 1 << random.IntN(16)
	var laugh strings.Builder
	laugh.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := range 12 {
		fmt.Fprintf(&laugh, "a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 8), i)
	}
	odd := pick(random, []struct{ what, text string }{
		{"deep lists", "service: " + strings.Repeat("[", n)},
		{"deep maps", "service: " + strings.Repeat("{a: ", n)},
		{"deep blocks", strings.Repeat("- ", n) + "x"},
		{"aliases of aliases", laugh.String()},
		{"an alias of itself", "service: &a [*a]\n"},
		{"a merge of itself", "service: &a {<<: *a}\n"},
		{"a long key", strings.Repeat("k", n*32) + ": 1\n"},
		{"a long text", "service: " + strings.Repeat("k", n*32) + "\n"},
		{"many keys", manyKeys(n)},
		{"a binary", "service: !!binary " + strings.Repeat("AAAA", n) + "\n"},
		{"a tag", "service: !!python/object:os.system {}\n"},
		{"a timestamp", "service: 9999-99-99T99:99:99Z\n"},
		{"quotes", "service: '" + strings.Repeat("''", n) + "\n"},
		{"comments", strings.Repeat("#\n", n) + "service: chat\n"},
		{"documents", strings.Repeat("--- {}\n", n)},
		{"a huge number", replaced(h.policy, "max: 100", "max: 1"+strings.Repeat("0", 1+n/64))},
		{"a huge limit", replaced(h.policy, "max: 100", "max: 9007199254740993")},
		{"a negative limit", replaced(h.policy, "min: 1", "min: -9223372036854775808")},
		{"a huge rate", replaced(h.policy, "unitRate: 20", "unitRate: 1e308")},
		{"a small rate", replaced(h.policy, "unitRate: 20", "unitRate: 1e-308")},
		{"a huge price", replaced(h.policy, "price: 1", "price: 1.7e308")},
		{"a small price", replaced(h.policy, "price: 1", "price: 5e-324")},
		{"a long lead time", replaced(h.policy, "leadTime: 4m}", "leadTime: 2562047h}")},
		{"a long window", replaced(h.policy, "timezone: UTC", "timezone: UTC, window: 2562047h")},
		{"a short step", replaced(h.policy, "step: 1h", "step: 1ns")},
		{"a step of seconds", replaced(h.policy, "step: 1h", "step: 1s")},
		{"a long step", replaced(h.policy, "step: 1h", "step: 2562047h")},
		{"a path as zone", replaced(h.policy, "timezone: UTC", "timezone: ../../../../dev/zero")},
		{"a path as service", replaced(h.policy, "service: chat", "service: ../../etc/passwd")},
	})
	return hostileInput{"policy with " + odd.what, pick(random, policyCalls), []byte(odd.text)}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "key%d: 1\n", i)
	}
	return b.String()
}

func replaced(policy []byte, old, by string) string {
	return strings.Replace(string(policy), old, by, 1)
}
