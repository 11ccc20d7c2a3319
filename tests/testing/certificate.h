// A certificate for tests of TLS.
#ifndef TIDEMARK_TESTS_TESTING_CERTIFICATE_H_
#define TIDEMARK_TESTS_TESTING_CERTIFICATE_H_

#include <string>

namespace tidemark::testing {

// PEM.
struct Certificate {
  std::string certificate;
  std::string private_key;
};

// A fresh self-signed certificate for `localhost`, valid for a day.
Certificate MakeCertificate();

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_TESTING_CERTIFICATE_H_
