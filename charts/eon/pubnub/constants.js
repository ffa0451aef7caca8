/** PubNub's own names of what happens (v4). */

/** @param {readonly string[]} names @returns {Readonly<Record<string, string>>} */
const named = (names) => Object.freeze(Object.fromEntries(names.map((name) => [name, name])));

export const CATEGORIES = named([
  'PNNetworkUpCategory', 'PNNetworkDownCategory', 'PNNetworkIssuesCategory', 'PNTimeoutCategory', 'PNBadRequestCategory',
  'PNAccessDeniedCategory', 'PNUnknownCategory', 'PNReconnectedCategory', 'PNConnectedCategory', 'PNRequestMessageCountExceededCategory',
]);

export const OPERATIONS = named([
  'PNTimeOperation', 'PNHistoryOperation', 'PNFetchMessagesOperation', 'PNSubscribeOperation', 'PNUnsubscribeOperation', 'PNPublishOperation',
  'PNHereNowOperation', 'PNChannelGroupsOperation', 'PNRemoveGroupOperation', 'PNChannelsForGroupOperation', 'PNAddChannelsToGroupOperation',
  'PNRemoveChannelsFromGroupOperation',
]);
