package archtest

import (
	"fmt"
	"go/ast"
	"os"
	"slices"
	"testing"
)

func TestWorkflowsRegistered(t *testing.T) {
	report(t, unregistered(mustRead(t, os.DirFS("../.."))))
}

// unregistered lists the exported workflows that Register does not name. The
// worker would not run them, and workflowcheck would not check them.
func unregistered(files []source) []string {
	var defined, registered []string
	for _, f := range files {
		if f.folder() != "workflows" || f.test() {
			continue
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			switch {
			case !ok || fn.Recv != nil || fn.Body == nil:
			case fn.Name.Name == "Register":
				ast.Inspect(fn.Body, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok {
						registered = append(registered, id.Name)
					}
					return true
				})
			case fn.Name.IsExported() && takesContext(fn):
				defined = append(defined, fn.Name.Name)
			}
		}
	}
	var broken []string
	for _, name := range defined {
		if !slices.Contains(registered, name) {
			broken = append(broken, fmt.Sprintf("workflows.%s is not named in workflows.Register: register it, or do not export it", name))
		}
	}
	return broken
}

// takesContext reports whether the first parameter is a workflow.Context.
func takesContext(fn *ast.FuncDecl) bool {
	parameters := fn.Type.Params.List
	if len(parameters) == 0 {
		return false
	}
	selector, ok := parameters[0].Type.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Context" {
		return false
	}
	in, ok := selector.X.(*ast.Ident)
	return ok && in.Name == "workflow"
}
