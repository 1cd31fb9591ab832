package io.quorate.cli.client;

/** The exit codes that scripts written for etcdctl expect. */
final class ExitCode {
    static final int ERROR = 1;
    static final int INVALID_INPUT = 3;
    static final int BAD_FEATURE = 4;
    static final int UNHEALTHY = 5;
    static final int BAD_ARGUMENTS = 128;

    private ExitCode() {}
}
