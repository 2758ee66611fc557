using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive.Messages;

/// <summary>The encoders of this gateway, one for each generation and sub-group.</summary>
internal sealed class BeehiveEncoders
{
    private readonly BeehiveSettings _settings;
    private readonly ILogger _logger;
    private readonly BeehiveEncoder _head;
    private readonly BeehiveEncoder _seed;
    private readonly ConcurrentDictionary<int, BeehiveEncoder> _heads = new();
    private readonly ConcurrentDictionary<int, BeehiveEncoder> _seeds = new();

    public BeehiveEncoders(BeehiveSettings settings, ILogger logger)
    {
        _settings = settings;
        _logger = logger;
        _head = new(this, BeehiveGeneration.Head, 0);
        _seed = new(this, BeehiveGeneration.Seed, 0);
    }

    /// <summary>The encoder for everything that is not said in a room, and for sub-group 0.</summary>
    public BeehiveEncoder For(BeehiveGeneration generation) => generation == BeehiveGeneration.Seed ? _seed : _head;

    /// <summary>The encoder for a sub-group of a room. There are as many as the largest room has sub-groups.</summary>
    public BeehiveEncoder For(BeehiveGeneration generation, int subGroup)
    {
        if (subGroup == 0)
            return For(generation);
        return generation == BeehiveGeneration.Seed
            ? _seeds.GetOrAdd(subGroup, number => new(this, BeehiveGeneration.Seed, number))
            : _heads.GetOrAdd(subGroup, number => new(this, BeehiveGeneration.Head, number));
    }

    /// <summary>Whether a body is short enough to be sent.</summary>
    public bool Fits(int length)
    {
        if (length <= _settings.OutboundBytes)
            return true;
        _logger.MessageTooLong(length);
        return false;
    }
}
