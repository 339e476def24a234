/** What we use of a package that has no types of its own (fc2 2.6.6). */
declare module '@alicloud/fc2' {
  interface ClientOptions {
    readonly accessKeyID: string;
    readonly accessKeySecret: string;
    /** Required, and otherwise ignored, when `accessKeyID` starts with `STS`. */
    readonly securityToken?: string;
    readonly region: string;
    /** HTTPS, unless `endpoint` says otherwise. */
    readonly secure?: boolean;
    readonly endpoint?: string;
    /** Milliseconds. */
    readonly timeout?: number;
    /** Sent with every request. */
    readonly headers?: Readonly<Record<string, string>>;
  }

  class Client {
    constructor(accountId: string, options: ClientOptions);
    invokeFunction(
      service: string,
      name: string,
      event: string,
      headers: Readonly<Record<string, string>>,
    ): Promise<{
      readonly headers: Readonly<Record<string, string | undefined>>;
      /** Parsed when the answer's content type is `application/json`, else text. */
      readonly data: unknown;
    }>;
  }

  export = Client;
}
