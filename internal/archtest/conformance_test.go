package archtest

import (
	"fmt"
	"go/ast"
	"os"
	"slices"
	"testing"
)

// ports are told apart by their methods. Whoever implements one must run its
// conformance suite.
var ports = []struct {
	name    string
	methods []string
	suite   string
}{
	{"capacity.Target", []string{"State", "Scale"}, "headroom/capacity/capacitytest"},
	{"capacity.Store", []string{"Put", "Get", "Swap", "List"}, "headroom/capacity/capacitytest"},
	{"history.Source", []string{"Fetch"}, "headroom/history/historytest"},
}

func TestConformance(t *testing.T) {
	report(t, untestedPorts(mustRead(t, os.DirFS("../.."))))
}

// untestedPorts lists the adapters that implement a port and whose tests do
// not import its conformance suite.
func untestedPorts(files []source) []string {
	type named struct{ folder, receiver string }
	methods := map[named][]string{}
	var all []named
	for _, f := range files {
		if f.test() || !within(f.folder(), "adapters") {
			continue
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || len(fn.Recv.List) != 1 {
				continue
			}
			of := named{f.folder(), receiver(fn.Recv.List[0].Type)}
			if methods[of] == nil {
				all = append(all, of)
			}
			methods[of] = append(methods[of], fn.Name.Name)
		}
	}
	var broken []string
	for _, of := range all {
		for _, port := range ports {
			lacks := func(method string) bool { return !slices.Contains(methods[of], method) }
			if !slices.ContainsFunc(port.methods, lacks) && !testsImport(files, of.folder, port.suite) {
				broken = append(broken, fmt.Sprintf("%s.%s is a %s, but no test in %s imports %s: run the conformance suite", of.folder, of.receiver, port.name, of.folder, port.suite))
			}
		}
	}
	return broken
}

func testsImport(files []source, folder, suite string) bool {
	return slices.ContainsFunc(files, func(f source) bool {
		return f.test() && f.folder() == folder && slices.Contains(f.imports(), suite)
	})
}

// receiver is the name of the type that a method belongs to.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	}
	return ""
}
