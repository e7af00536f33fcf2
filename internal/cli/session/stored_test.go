package session

import (
	"testing"

	"headroom/adapters/local"
	"headroom/capacity"
)

// A damaged champion is no error, and no champion without a name.
func TestReadChampion(t *testing.T) {
	for text, fault := range map[string]bool{
		`null`: true, `{}`: true, ``: true, `{"Model":"ble`: true, `[]`: true, `{"Model":"blend","Version":"1"}`: true,
		`{"Model":"blend","Version":"1","Trained":{"Key":"models/chat/1/blend.model.json","SHA256":"ab"}}`: false,
	} {
		store := local.Store{Dir: t.TempDir()}
		if err := store.Swap(t.Context(), capacity.ChampionKey("chat"), []byte(text), ""); err != nil {
			t.Fatal(err)
		}
		c, why, err := ReadChampion(t.Context(), store, "chat")
		if err != nil || (why != "") != fault || (c == nil) != fault {
			t.Errorf("%q: got %+v, fault %q, %v", text, c, why, err)
		}
	}
	if c, why, err := ReadChampion(t.Context(), local.Store{Dir: t.TempDir()}, "chat"); c != nil || why != "" || err != nil {
		t.Errorf("none: got %+v, fault %q, %v", c, why, err)
	}
}
