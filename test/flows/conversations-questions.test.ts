// Whole conversations of one kind, compared word by word: see conversations/questions.txt.
import { testTranscripts } from '../support/transcripts';

testTranscripts('questions');
