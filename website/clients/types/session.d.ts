/** @typedef {"renewed" | "elsewhere" | "refused"} Outcome */
/**
 * @typedef {object} Storage what localStorage offers. Its methods may throw.
 * @property {(name: string) => string | null} getItem
 * @property {(name: string, value: string) => void} setItem
 */
/** @typedef {() => Storage | null | undefined} FindStorage looks the storage up; may throw */
/**
 * @typedef {object} Lock what navigator.locks offers
 * @property {(name: string, options: {mode?: "exclusive" | "shared"}, callback: () => Promise<any>) => Promise<any>} request
 * @property {() => Promise<{held?: {name?: string}[]}>} query
 */
/**
 * Renewal of the access token: once per expiry, however many calls and tabs get a 401 at the same time.
 *
 * The tokens are in HttpOnly cookies, so scripts can't read them or their expiry. Only a 401 shows that a token has
 * expired. No code here reads the clock, which can jump in either direction. Renewals are numbered. Tabs share a lock,
 * so that one renews while the others wait, and the number of the last renewal, so that the others don't renew again.
 * The number is in the storage, where other tabs may see it late. So the tab that renewed also holds a lock whose name
 * contains the number: all tabs see the same locks at any time.
 */
export class Session {
    /**
     * @param {object} parts
     * @param {() => Promise<unknown>} parts.renew sends the request; a 401 means that the session has ended
     * @param {FindStorage} parts.storage
     * @param {() => Lock | null | undefined} parts.lock
     */
    constructor({ renew, storage, lock }: {
        renew: () => Promise<unknown>;
        storage: FindStorage;
        lock: () => Lock | null | undefined;
    });
    /**
     * Return the number of the last renewal that this tab knows of, its own or another tab's.
     * @returns {number}
     */
    renewals(): number;
    /**
     * Renew the access token after a 401.
     *
     * "elsewhere" is only a hint, because the storage can contain anything. If the request gets a 401 again, call this
     * with the current number.
     * @param {number} seen {@link renewals} from before the request
     * @returns {Promise<Outcome>} renewed by this tab, by another one since `seen`, or the user has to sign in; throws an
     *   ApiError if the identity provider is unreachable
     */
    refresh(seen: number): Promise<Outcome>;
    #private;
}
export type Outcome = "renewed" | "elsewhere" | "refused";
/**
 * what localStorage offers. Its methods may throw.
 */
export type Storage = {
    getItem: (name: string) => string | null;
    setItem: (name: string, value: string) => void;
};
/**
 * looks the storage up; may throw
 */
export type FindStorage = () => Storage | null | undefined;
/**
 * what navigator.locks offers
 */
export type Lock = {
    request: (name: string, options: {
        mode?: "exclusive" | "shared";
    }, callback: () => Promise<any>) => Promise<any>;
    query: () => Promise<{
        held?: {
            name?: string;
        }[];
    }>;
};
