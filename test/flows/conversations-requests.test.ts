// Whole conversations of one kind, compared word by word: see conversations/requests.txt.
import { testTranscripts } from '../support/transcripts';

testTranscripts('requests');
