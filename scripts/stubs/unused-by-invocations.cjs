/**
 * Stands in for what the client of FC 2.0 needs to upload code (`ali-oss`, `axios`), to open a shell in an instance (`ws`)
 * and to run on Node 6: functions are invoked with it and nothing else.
 */
module.exports = class Refused {
  constructor() {
    throw new Error('the client of FC 2.0 is here to invoke functions; nothing else of it is supported');
  }
};
