package capacity_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headroom/capacity"
)

func TestCodeOf(t *testing.T) {
	for _, test := range []struct {
		err  error
		want capacity.Code
	}{
		{nil, ""},
		{capacity.ErrRefused, ""},
		{capacity.ErrTooShort, capacity.CodeTooShort},
		{capacity.ErrNoData, capacity.CodeNoData},
		{capacity.ErrBadSeries, capacity.CodeBadSeries},
		{capacity.ErrAllZero, capacity.CodeAllZero},
		{capacity.ErrConstant, capacity.CodeConstant},
		{capacity.ErrNotForecastable, capacity.CodeFailed},
		{capacity.ErrNotFinite, capacity.CodeNotFinite},
		{capacity.ErrNegative, capacity.CodeNegative},
		{capacity.ErrExploded, capacity.CodeExploded},
		{capacity.ErrBadData, capacity.CodeUnreadable},
		{capacity.ErrNotFound, capacity.CodeNone},
	} {
		wrapped := test.err
		if test.err != nil {
			wrapped = fmt.Errorf("model %q: %w", "naive", test.err)
		}
		if got := capacity.CodeOf(wrapped); got != test.want {
			t.Errorf("%v: got %q, want %q", test.err, got, test.want)
		}
		if test.want != "" && test.err.Error() != string(test.want) {
			t.Errorf("the text of %v is not its code %q", test.err, test.want)
		}
	}
	for _, err := range []error{capacity.ErrNotFinite, capacity.ErrNegative, capacity.ErrExploded} {
		if !errors.Is(err, capacity.ErrNotForecastable) {
			t.Errorf("%v is no %v", err, capacity.ErrNotForecastable)
		}
	}
	both := errors.Join(capacity.ErrTooShort, fmt.Errorf("model %q: %w", "ets", capacity.ErrExploded))
	if got := capacity.CodeOf(both); got != capacity.CodeExploded {
		t.Errorf("too short and exploded: got %q, want what tells more", got)
	}
}

// TestCode_Documented: the two tables of docs/reasons.md list the codes and the
// reasons of a promotion, all of them and no others, in order.
func TestCode_Documented(t *testing.T) {
	page, err := os.ReadFile("../docs/reasons.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		documented = append(documented, row[1])
	}
	known := slices.Concat(constants(t, "code.go", "Code"), constants(t, "../backtest/decision.go", "Reason"))
	if diff := cmp.Diff(known, documented); diff != "" {
		t.Errorf("docs/reasons.md (-constants +table):\n%s", diff)
	}
}

// constants are the values of a file's constants of a string type, in order.
func constants(tb testing.TB, file, kind string) []string {
	tb.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		tb.Fatal(err)
	}
	var all []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != kind {
			return true
		}
		text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, text)
		return true
	})
	return all
}

func ExampleCodeOf() {
	err := fmt.Errorf("model %q needs 48 steps and there are 7: %w", "ets", capacity.ErrTooShort)
	fmt.Println(capacity.CodeOf(err))
	// Output: too little history
}
