"""The outside world: one module a kind of provider, all behind `base.ChannelAdapter`."""
