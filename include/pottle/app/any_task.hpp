// SPDX-License-Identifier: MIT
/// \file
/// AnyTask: the Task of a coroutine handler without its type. Its result becomes the response by a
/// function pointer, so no adapter coroutine stands between the core and the handler.
#pragma once

#include <pottle/async/task.hpp>

#include <utility>

namespace pottle {

class Response;

namespace app {

/// A resource in motion, like Task; movable while suspended, destroyed only before it started or
/// after it finished.
class AnyTask {
public:
    /// Takes the result out of the promise and writes it; rethrows the coroutine's exception.
    /// Returns: true when it answered the request (a hook may say nothing).
    using Finish = bool (*)(void* frame, Response& response);

    AnyTask() = default;
    template <class T>
    AnyTask(Task<T>&& task, Finish finish) noexcept
        : handle_(task.handle()), promise_(&task.handle().promise()), finish_(finish) {
        (void)std::move(task).release();
    }
    AnyTask(AnyTask&& other) noexcept
        : handle_(std::exchange(other.handle_, {})),
          promise_(other.promise_),
          finish_(other.finish_) {}
    AnyTask& operator=(AnyTask&& other) noexcept {
        std::swap(handle_, other.handle_);
        std::swap(promise_, other.promise_);
        std::swap(finish_, other.finish_);
        return *this;
    }
    ~AnyTask() {
        if (handle_) handle_.destroy();
    }

    explicit operator bool() const noexcept { return bool(handle_); }

    /// Runs the coroutine until it parks or finishes. Returns: true while it is still running;
    /// then join() it.
    bool start(async::CancelScope& scope) { return promise_->start(handle_, &scope, nullptr, {}); }

    /// Waits for a coroutine that start() left running.
    class Join;
    Join join() noexcept;
    /// Starts the coroutine as a child of the awaiting one and waits for it.
    class Run;
    Run run() noexcept;

    /// Precondition: the coroutine has finished.
    bool finish(Response& response) { return finish_(handle_.address(), response); }

private:
    std::coroutine_handle<> handle_;
    async::PromiseBase* promise_ = nullptr;
    Finish finish_ = nullptr;
};

class AnyTask::Join {
public:
    explicit Join(AnyTask& task) noexcept : task_(task) {}
    bool await_ready() const noexcept { return task_.handle_.done(); }
    template <class Parent>
    void await_suspend(std::coroutine_handle<Parent> parent) const noexcept {
        task_.promise_->set_continuation(&parent.promise(), parent);
    }
    void await_resume() const noexcept {}

private:
    AnyTask& task_;
};

class AnyTask::Run {
public:
    explicit Run(AnyTask& task) noexcept : task_(task) {}
    bool await_ready() const noexcept { return false; }
    template <class Parent>
    bool await_suspend(std::coroutine_handle<Parent> parent) const {
        async::PromiseBase& promise = parent.promise();
        return task_.promise_->start(task_.handle_, promise.scope(), &promise, parent);
    }
    void await_resume() const noexcept {}

private:
    AnyTask& task_;
};

inline AnyTask::Join AnyTask::join() noexcept {
    return Join(*this);
}
inline AnyTask::Run AnyTask::run() noexcept {
    return Run(*this);
}

}  // namespace app
}  // namespace pottle
