// A certificate authority for one test run, and a server certificate of it: made with node alone, so that no tool is needed.
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** One DER element: tag, length, content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const octets = (content: Buffer): Buffer => der(0x04, content);
const bits = (content: Buffer): Buffer => der(0x03, Buffer.from([0]), content);
const yes = der(0x01, Buffer.from([0xff]));
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const basicConstraints = oid('551d13');
const alternativeNames = oid('551d11');

const nameOf = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
const utc = (date: Date): Buffer => der(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`));

interface Wanted {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signedBy: KeyObject;
  extension: Buffer;
}

/** An X.509 v3 certificate in PEM, good from yesterday for a month. */
function certificate({ subject, issuer, publicKey, signedBy, extension }: Wanted): string {
  const day = 86_400_000;
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(utc(new Date(Date.now() - day)), utc(new Date(Date.now() + 30 * day))),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const whole = sequence(content, ecdsaWithSha256, bits(sign('sha256', content, signedBy)));
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

/** PEM texts: the authority to be trusted, and a server's key and certificate for these host names. */
export function makeCertificates(hosts: string[]): { authority: string; key: string; certificate: string } {
  const ours = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const servers = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = 'duban test authority';
  const names = hosts.map(host => der(0x82, Buffer.from(host)));
  return {
    authority: certificate({
      subject: issuer, issuer, publicKey: ours.publicKey, signedBy: ours.privateKey,
      extension: sequence(basicConstraints, yes, octets(sequence(yes))),
    }),
    certificate: certificate({
      subject: hosts[0] ?? 'none', issuer, publicKey: servers.publicKey, signedBy: ours.privateKey,
      extension: sequence(alternativeNames, octets(sequence(...names))),
    }),
    key: servers.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }; // prettier-ignore
}
