"""Rules as people read and change them: the table, the sentence, the form, the replay strip."""
