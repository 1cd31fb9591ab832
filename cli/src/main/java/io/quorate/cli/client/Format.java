package io.quorate.cli.client;

/** How results are printed. */
enum Format {
    SIMPLE,
    JSON,
    TABLE
}
