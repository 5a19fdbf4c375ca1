// A picture or file that goes with a message: what it is of, as data; it is made when the message is sent.

export type FileWanted =
  /** 全区完成情况 as a picture. */
  | { kind: 'completion'; listId: string }
  /** 台账.xlsx; `wanted` = what a link to it would be kept with, `personId` = for whose eyes. */
  | { kind: 'ledger'; personId: string; wanted: object }
  /** 通报.docx of a stored snapshot. */
  | { kind: 'bulletin'; personId: string; snapshotId: string }
  /** 简报.docx of the week. */
  | { kind: 'briefing'; personId: string };
