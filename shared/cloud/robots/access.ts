/** Both are secrets: whoever knows them can write to the receiver. They appear in no error. */
export interface RobotAccess {
  readonly url: string;
  /** `undefined`: the robot is not set to check signatures. */
  readonly secret: string | undefined;
}

export const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' } as const;
