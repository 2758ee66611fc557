using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Parley.Core.Sessions;

namespace Parley.Gateways.Beehive.Http;

/// <summary>
/// How fast each address may call: a bucket of calls that fills again. IPv6 addresses of one /64 count as one. Addresses are remembered in
/// two generations of <see cref="Generation"/>: when the younger one is full, the older one is forgotten and the younger takes its place. So
/// memory is bounded, who calls often is always remembered, and who is forgotten has a full bucket, as after a pause.
/// </summary>
internal sealed class AddressPace(int perSecond, int burst, TimeProvider time, int generation = AddressPace.Generation)
{
    /// <summary>Most addresses of a generation.</summary>
    public const int Generation = 50_000;

    private readonly Lock _gate = new();
    private ConcurrentDictionary<UInt128, Bucket> _younger = new();
    private ConcurrentDictionary<UInt128, Bucket> _older = new();

    /// <summary>Addresses that are remembered.</summary>
    public int Count => _younger.Count + _older.Count;

    /// <summary>Takes one call; false when there are too many.</summary>
    public bool TryCall(IPAddress? address) =>
        perSecond == 0
        || Find(KeyOf(address)).Throttle.TryTake(1000.0 / perSecond, burst, (long)time.GetElapsedTime(0).TotalMilliseconds);

    private static UInt128 KeyOf(IPAddress? address)
    {
        if (address is null)
            return 0;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            bytes[8..].Clear();
        else
            bytes[15] = 4; // a v4 address is no prefix of a v6 one
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private Bucket Find(UInt128 key)
    {
        if (_younger.TryGetValue(key, out var bucket))
            return bucket;
        lock (_gate)
        {
            if (_younger.TryGetValue(key, out bucket))
                return bucket;
            if (_younger.Count >= generation)
            {
                _older = _younger;
                _younger = new();
            }
            if (!_older.TryRemove(key, out bucket))
                bucket = new();
            _younger[key] = bucket;
            return bucket;
        }
    }

    private sealed class Bucket
    {
        public Throttle Throttle;
    }
}
