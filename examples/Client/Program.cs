using System.Globalization;
using Parley.Rtm.Client;

// Two users who chat, read their history and meet in a room.

if (args.Length != 6)
{
    await Console.Error.WriteLineAsync("usage: DISPATCH PID UID1 TOKEN1 UID2 TOKEN2");
    return 2;
}

await using var ann = ClientOf(args[2], args[3]);
await using var ben = ClientOf(args[4], args[5]);
await ann.ConnectAsync();
await ben.ConnectAsync();
Console.WriteLine($"{ann.UserId} and {ben.UserId} are online");

// Pushes that come before anybody reads wait in the client.
await using var atBen = ben.ReadMessagesAsync().GetAsyncEnumerator();
await using var atAnn = ann.ReadMessagesAsync().GetAsyncEnumerator();

// from one to the other, and back
await ann.SendToUserAsync(ben.UserId, "Hello Ben");
await ShowAsync("Ben", atBen);
await ben.SendToUserAsync(ann.UserId, "Hello Ann");
await ShowAsync("Ann", atAnn);

// the last two messages, the oldest first
var history = await ann.GetWindowAsync(RtmConversation.WithUser(ben.UserId), new() { Count = 2 });
foreach (var message in history.Messages.Reverse())
    Console.WriteLine($"history: {message.From}: {message.Text}");

// a room: whoever is inside hears what is said there
const long Room = 7;
await ann.EnterRoomAsync(Room);
await ben.EnterRoomAsync(Room);
await ben.SendToRoomAsync(Room, "Anybody here?");
await ShowAsync("Ann", atAnn);
Console.WriteLine($"in the room: {string.Join(", ", (await ann.GetRoomMembersAsync(Room)).Order())}");

await ann.CloseAsync();
await ben.CloseAsync();
Console.WriteLine("bye");
return 0;

RtmClient ClientOf(string user, string token) => new(new RtmClientOptions
{
    Dispatch = args[0],
    ProjectId = long.Parse(args[1], CultureInfo.InvariantCulture),
    UserId = long.Parse(user, CultureInfo.InvariantCulture),
    Token = token,
});

static async Task ShowAsync(string who, IAsyncEnumerator<RtmMessage> reading)
{
    if (await reading.MoveNextAsync())
        Console.WriteLine($"{who} hears: {reading.Current.Text}");
}
