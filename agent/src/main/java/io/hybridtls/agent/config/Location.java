package io.hybridtls.agent.config;

/**
 * Where something is written.
 *
 * @param line from 1; 0 stands for the file as a whole
 */
record Location(String file, int line) {}
