// What a client holds against what a server says.
#ifndef TIDEMARK_CLIENT_TRUST_H_
#define TIDEMARK_CLIENT_TRUST_H_

#include <functional>
#include <map>
#include <string>

namespace tidemark::client {

// A log that a client met for the first time, and whose key it now holds.
struct FirstContact {
  // ConnectOptions::target.
  std::string target;
  std::string review_id;
  // The key that the log came with (C2SP vkey). Compare it with one that you
  // got from somebody else.
  std::string vkey;
  // File that keeps it. Empty: known as long as the client lives.
  std::string file;
};

// A log whose key was rotated: the old and the new one signed it together, so
// who held it to the old one now holds it to the new one.
struct KeyRotation {
  // As in FirstContact.
  std::string target;
  std::string review_id;
  // C2SP vkeys: the one that was held, and the one that signs now.
  std::string old_vkey;
  std::string vkey;
  std::string file;
};

// Each log, named by target and review, is held to a key and to the last
// checkpoint that was seen. docs/audit.md says what that shows and what not.
struct Trust {
  // Directory that keeps what is known of logs between runs, one file each
  // (docs/formats.md); created if missing. Processes may share it. Empty: what
  // is known is forgotten with the client.
  std::string directory;
  // Keys (C2SP vkey) that the logs of these reviews must have, by review. A log
  // that is not named here is believed on first contact, and held to its key
  // from then on. Keys that follow by proven rotations are as good.
  std::map<std::string, std::string> vkeys;
  // Told of each log that is believed on first contact, on the thread of the
  // call. May be empty.
  std::function<void(const FirstContact&)> on_first_contact;
  // Told likewise when what is held of a log goes on to a newer key.
  std::function<void(const KeyRotation&)> on_key_rotation;
  // Believes whatever the server says: looks at no receipt, key or checkpoint.
  bool unverified = false;
};

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_TRUST_H_
