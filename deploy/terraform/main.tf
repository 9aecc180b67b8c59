# One Games on a Kubernetes that exists: names of the cluster come from your kubeconfig.
terraform {
  required_version = ">= 1.5"
  required_providers {
    helm       = { source = "hashicorp/helm", version = "~> 2.17" }
    kubernetes = { source = "hashicorp/kubernetes", version = "~> 2.35" }
    random     = { source = "hashicorp/random", version = "~> 3.6" }
  }
}

variable "kubeconfig" {
  type    = string
  default = "~/.kube/config"
}

variable "games" {
  type        = string
  description = "Code of the Games"
}

variable "host" {
  type        = string
  description = "Where the committee works"
}

variable "fans_host" {
  type        = string
  description = "Where fans read"
}

variable "database_url" {
  type        = string
  sensitive   = true
  description = "Of a PostgreSQL 15 or newer that somebody keeps, with a standby"
}

provider "kubernetes" {
  config_path = var.kubeconfig
}

provider "helm" {
  kubernetes {
    config_path = var.kubeconfig
  }
}

resource "random_password" "secret_key" {
  length = 64
}

resource "kubernetes_namespace" "games" {
  metadata {
    name = lower(var.games)
  }
}

resource "kubernetes_secret" "sportsbrain" {
  metadata {
    name      = "sportsbrain"
    namespace = kubernetes_namespace.games.metadata[0].name
  }
  data = {
    DATABASE_URL           = var.database_url
    SPORTSBRAIN_SECRET_KEY = random_password.secret_key.result
  }
}

resource "helm_release" "sportsbrain" {
  name      = "games"
  chart     = "${path.module}/../helm"
  namespace = kubernetes_namespace.games.metadata[0].name
  values = [yamlencode({
    games    = var.games
    host     = var.host
    fansHost = var.fans_host
    secret   = kubernetes_secret.sportsbrain.metadata[0].name
  })]
}
