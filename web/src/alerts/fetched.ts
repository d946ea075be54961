// Pages of the inbox, asked for in the background.

/** A page of the server, or null when it cannot be had: refused, signed out, or no network. */
export async function fetched(address: string): Promise<Document | null> {
  try {
    const answer = await fetch(address, { headers: { Accept: 'text/html' } });
    if (!answer.ok || answer.redirected) return null;
    return parsed(await answer.text());
  } catch {
    return null;
  }
}

export function parsed(text: string): Document {
  return new DOMParser().parseFromString(text, 'text/html');
}
