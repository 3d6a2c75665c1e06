"""The denoising autoencoder lab: what the programs beside this folder call."""
