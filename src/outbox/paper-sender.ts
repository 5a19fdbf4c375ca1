// The pictures and files that go with words: made when they are sent, and never in the way of the words.
import { messageOf } from '../errors';
import { type Logger } from '../logger';
import {
  type Channel,
  type FileDoor,
  type OutgoingFile,
  type OutgoingMessage,
  type SendRequest,
  type SendResult,
} from '../messages';
import { type FileWanted } from '../rendering/file-wanted';
import { fileWantedBy, type Reply } from '../rendering/reply';

/** Makes the picture or file a reply wants, and hands it over. */
export interface Papers {
  /** null = there is none any more. */
  make: (wanted: FileWanted) => Promise<OutgoingFile | null>;
  files: Pick<FileDoor, 'send' | 'keepPicture'>;
}

export interface PaperSender {
  /** What goes with the words; whatever is wrong with it must not silence them. */
  fileFor: (reply: Reply) => Promise<OutgoingFile | null>;
  withPicture: (message: OutgoingMessage, file: OutgoingFile) => Promise<OutgoingMessage>;
  /** The file; its words instead where it surely was not shown and never will be. */
  sendWith: (file: OutgoingFile | null, request: SendRequest) => Promise<SendResult>;
}

/** @param parts.papers - without them words go alone */
export function createPaperSender(parts: {
  channel: Pick<Channel, 'send'>;
  logger: Logger;
  papers: Papers | undefined;
}): PaperSender {
  const { channel, logger } = parts;

  async function fileFor(reply: Reply): Promise<OutgoingFile | null> {
    const wanted = fileWantedBy(reply);
    if (!wanted || !parts.papers) return null;
    try {
      return await parts.papers.make(wanted);
    } catch (thrown) {
      logger.error({ event: 'outbox_file_failed', kind: wanted.kind, reason: messageOf(thrown) });
      return null;
    }
  }

  async function withPicture(message: OutgoingMessage, file: OutgoingFile): Promise<OutgoingMessage> {
    const kept = await parts.papers?.files.keepPicture(file);
    if (kept && 'problem' in kept) logger.warn({ event: 'outbox_picture_left_out', reason: kept.problem });
    return kept && 'address' in kept
      ? { ...message, markdown: `${message.markdown}\n\n![${file.name}](${kept.address})` }
      : message;
  }

  async function sendWith(file: OutgoingFile | null, request: SendRequest): Promise<SendResult> {
    if (!file || !parts.papers) return channel.send(request);
    const result = await parts.papers.files.send(request.recipient, file);
    if (result.outcome !== 'not_sent' || result.retryAfterMs !== null) return result;
    logger.warn({ event: 'outbox_file_left_out', reason: result.reason });
    return channel.send(request);
  }

  return { fileFor, withPicture, sendWith };
}
