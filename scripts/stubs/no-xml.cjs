/**
 * Stands in for `xml2js`: the APIs that are called answer in JSON. An error in XML, as something in between may send it, is
 * taken like any other answer that is no JSON object, by the message that tea-util has for one.
 */
class RefusedXml {
  constructor() {
    throw new Error('The value is not a object');
  }
}

exports.Builder = RefusedXml;
exports.Parser = RefusedXml;
exports.parseString = () => new RefusedXml();
