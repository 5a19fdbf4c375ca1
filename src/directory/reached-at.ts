// By which of their accounts a person is reached: everybody by one, whatever the number they speak from.

/** SQL: a person's address, NULL when they have none. @param personId - a column, e.g. `p.id` */
export function reachedAt(personId: string): string {
  return `(SELECT ci.externalId FROM channel_identities ci WHERE ci.personId = ${personId} ORDER BY ci.channel, ci.externalId LIMIT 1)`;
}
