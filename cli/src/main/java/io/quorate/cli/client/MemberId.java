package io.quorate.cli.client;

import io.quorate.cli.common.CommandFailure;

/** A member's id as people write it: hexadecimal, as the member list prints it. */
final class MemberId {
    private MemberId() {}

    static long parse(String text) {
        try {
            return Long.parseUnsignedLong(text, 16);
        } catch (NumberFormatException bad) {
            throw new CommandFailure(
                    ExitCode.BAD_ARGUMENTS,
                    "bad member ID arg (" + text + "), expecting ID in Hex: quorate member list prints them");
        }
    }

    static String text(long id) {
        return Long.toHexString(id);
    }
}
