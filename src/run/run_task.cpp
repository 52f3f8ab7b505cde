// SPDX-License-Identifier: MIT
#include "run_task.hpp"

#include <pottle/async/start.hpp>
#include <pottle/net/loop.hpp>
#include <pottle/net/thread_pool.hpp>

#include <exception>

namespace pottle::run_detail {

namespace {

Task<> keep_result(Task<int> task, int* result) {
    *result = co_await std::move(task);
}

class StopWhenDone final : public async::Completion {
public:
    explicit StopWhenDone(net::Loop& loop) noexcept : loop_(loop) {}
    void on_done(std::exception_ptr error) noexcept override {
        failure = std::move(error);
        loop_.stop();
    }
    std::exception_ptr failure;

private:
    net::Loop& loop_;
};

}  // namespace

int run_on_loop(Task<int> task) {
    net::ThreadPool pool;
    net::Loop loop(&pool);
    async::CancelScope scope(loop);
    StopWhenDone done(loop);
    int result = 0;
    async::start(keep_result(std::move(task), &result), scope, done);
    loop.run();
    pool.close();
    if (done.failure) std::rethrow_exception(done.failure);
    return result;
}

}  // namespace pottle::run_detail
