// SPDX-License-Identifier: MIT
#include <pottle/app/passwords.hpp>
#include <pottle/async/run_blocking.hpp>

namespace pottle {

namespace {
std::string hash(const std::string& password, crypto::PasswordMethod method) {
    return crypto::hash_password(password, method);
}
bool verify(const std::string& hash, const std::string& password) {
    return crypto::verify_password(hash, password);
}
}  // namespace

Task<std::string> generate_password_hash(std::string password, crypto::PasswordMethod method) {
    return run_blocking(hash, std::move(password), method);
}

Task<bool> check_password_hash(std::string hash, std::string password) {
    return run_blocking(verify, std::move(hash), std::move(password));
}

}  // namespace pottle
