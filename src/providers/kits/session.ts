/** An interface that wants a log-in before, and a log-out after the work. */
export interface Door<Session> {
  readonly open: () => Promise<Session>
  readonly close: (session: Session) => Promise<unknown>
}

/** Works within a session, which is ended come what may: services count open ones. A failed log-out changes no outcome. */
export async function* inSession<Session, T>(
  { open, close }: Door<Session>,
  work: (session: Session) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const session = await open()
  try {
    yield* work(session)
  } finally {
    await close(session).catch(() => {})
  }
}

/** The same for work with one result. */
export async function withSession<Session, T>(
  { open, close }: Door<Session>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await open()
  try {
    return await work(session)
  } finally {
    await close(session).catch(() => {})
  }
}
