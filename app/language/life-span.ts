/** The dates that a life may name: from the beginning of 1800 to the end of 9999, in ms since 1970 (UTC). */
export const [earliestDate, latestDate] = [-5_364_662_400_000, 253_402_300_799_999];
